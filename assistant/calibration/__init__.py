"""What is fitted for a pair of models, in one typed file for each pair, loaded once.

`calibration` says what is in a file and finds the one for the models in use. May import the
layers from `answering` up; the API wires what is loaded here into the assistant.
"""

from assistant.calibration.calibration import (
    Calibration,
    InvalidCalibrationError,
    load_calibration,
)

__all__ = ["Calibration", "InvalidCalibrationError", "load_calibration"]

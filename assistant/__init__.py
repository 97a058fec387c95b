"""Trilogue's chat service: from a question in Korean, Arabic or English to a cited reply.

The sub-packages are layers. In the order settings, language, models, index, retrieval,
answering, calibration, storage, bridge, api, client, commands, a later one may import an earlier
one and never the reverse.
"""

from importlib.metadata import version

__version__ = version("trilogue")

"""The generator's answer, sentence by sentence, each judged and cited. Imports prompting and the
verdict.
"""

"""Presidio's pattern recognizers, without a language model, over records."""

import os
from collections.abc import Callable
from typing import Any

# Kinds that are no one's secret; and what only a model would find.
_LEFT_OUT = ("SpacyRecognizer", "UrlRecognizer", "DateRecognizer")


def presidio(score: float) -> Callable[[Any], Any]:
    """The default English registry from *score* on, each value with its key as context, as its ``analyze_dict``
    does; that one takes no lists of objects. Found spans are replaced by Presidio's own anonymizer.
    """
    # The list of top-level domains is then the one in the package, not one of the network.
    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
    from presidio_anonymizer import AnonymizerEngine

    words = SpacyNlpEngine()
    words.nlp = {"en": _tokenizer()}
    analyzer = AnalyzerEngine(nlp_engine=words, default_score_threshold=score)
    for recognizer in _LEFT_OUT:
        analyzer.registry.remove_recognizer(recognizer)
    anonymizer = AnonymizerEngine()

    def masked(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: masked(part, name) for name, part in value.items()}
        if isinstance(value, list):
            return [masked(part, key) for part in value]
        if not value or isinstance(value, bool):
            return value
        text = str(value)
        found = analyzer.analyze(text=text, language="en", context=[key])
        return anonymizer.anonymize(text=text, analyzer_results=found).text if found else value

    return masked


def _tokenizer() -> Any:
    """spaCy's blank English pipeline. Presidio looks for its context words among the lemmas, which only a model makes:
    each word is its own lemma here, so that they are found.
    """
    import spacy
    from spacy.language import Language

    @Language.component("own_lemmas")
    def own_lemmas(doc: Any) -> Any:
        for token in doc:
            token.lemma_ = token.lower_
        return doc

    pipeline = spacy.blank("en")
    pipeline.add_pipe("own_lemmas")
    return pipeline

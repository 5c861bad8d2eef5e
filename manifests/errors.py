"""Every exception that the manifests package raises, under one base.

ManifestsError
└── NothingToDescribe   a document or collection has nothing that IIIF can describe
"""


class ManifestsError(Exception):
    """A IIIF document could not be built."""


class NothingToDescribe(ManifestsError):
    """The document has no pages, and a manifest needs at least one."""

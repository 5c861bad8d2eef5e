"""Every exception that the images package raises, under one base.

ImagesError
├── ImageRefused        a master cannot be read or is not allowed
├── RequestInvalid      an Image API request is malformed
├── RequestUnsupported  an Image API request is well formed, but not offered
├── ImageUnknown        no pack or master of that name
├── PackDamaged         a stored pack does not hold what its header says
└── StorageUnreachable  the object store of the images does not answer
"""


class ImagesError(Exception):
    """Image work failed."""


class ImageRefused(ImagesError):
    """The image cannot be read, or is not allowed; the message says why in words for its owner."""


class RequestInvalid(ImagesError):
    """An Image API request breaks the syntax or asks for nothing; `parameter` names the path part."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(detail)
        self.parameter = parameter


class RequestUnsupported(ImagesError):
    """An Image API request asks for what this service does not offer; `parameter` names the path part."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(detail)
        self.parameter = parameter


class ImageUnknown(ImagesError):
    """There is no such pack or master."""


class PackDamaged(ImagesError):
    """A stored tile pack is damaged; it can be rebuilt from its master."""


class StorageUnreachable(ImagesError):
    """The object store that holds the images does not answer, or is not set up; ask again later."""

"""The one error class, with the codes of sdk/src/contract/errors.ts."""


class SealabError(Exception):
    """A request that may not be sent from this environment.

    `code` is of the closed set of the contract: `SecureFieldConflict`, `OperationNotCovered`, `EnvironmentNotFound` … `message` is for
    people, `remedy` says what to do next. A conflict's `details` have the field, what was given, what is required, where that
    comes from (`source`) and the rule's name (`control`); `because` is the rule's reason.
    """

    def __init__(self, code, message, remedy=None, details=None, because=None):
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.details = details or {}
        self.because = because

    def __str__(self):
        return " ".join(part for part in (f"{self.code}: {self.message}", self.remedy) if part)

    def __reduce__(self):
        return SealabError, (self.code, self.message, self.remedy, self.details, self.because)

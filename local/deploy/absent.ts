const ABSENT = /NotFound|NoSuch|DoesNotExist|NotExist|ResourceNotFoundException|\.NotFound$|NonExistent/;

const isAbsence = (error: unknown): boolean => {
  const { name, Code, message, $metadata } = error as {
    name?: string;
    Code?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number };
  };
  if (name === 'NotFound' || $metadata?.httpStatusCode === 404) return true;
  // SageMaker answers ValidationException with these words where other services have an error of its own.
  return (
    ABSENT.test(`${name ?? ''} ${Code ?? ''}`) ||
    (name === 'ValidationException' && /not found|RecordNotFound|does not exist|could not find/i.test(message ?? ''))
  );
};

/** The answer, or `undefined` when AWS says that the thing does not exist. */
export async function unlessAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

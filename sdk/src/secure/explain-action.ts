const S3_OPERATIONS =
  /^(Put|Copy|Get|Head|Delete|List)Objects?(V2)?$|^(CreateMultipartUpload|CompleteMultipartUpload|AbortMultipartUpload|UploadPart(Copy)?|HeadBucket)$/;
/** The action of an S3 operation where it has another name. */
const S3_ACTIONS: Readonly<Record<string, string>> = {
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  HeadBucket: 'ListBucket',
  HeadObject: 'GetObject',
  CopyObject: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
  DeleteObjects: 'DeleteObject',
};

/** The IAM action of an operation, for messages that do not name it. `service` is as IAM writes it. */
export const actionOf = (service: string, operation: string): string =>
  service === 's3' || (service === 'sagemaker' && S3_OPERATIONS.test(operation))
    ? `s3:${S3_ACTIONS[operation] ?? operation}`
    : `${service}:${operation}`;

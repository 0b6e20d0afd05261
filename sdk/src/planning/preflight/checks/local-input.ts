import type { DataInput } from '../../../inputs/api.ts';
import { outgoingFiles } from '../../../inputs/files.ts';
import { isS3Uri } from '../../../inputs/upload.ts';
import { SealabError } from '../../../contract/index.ts';
import { ok, problem } from '../check.ts';
import type { Finding, PreflightCheck } from '../check.ts';

/** What is to be uploaded can be read, and is not empty. */
export const localInput: PreflightCheck = {
  name: 'input',
  async ask({ request }) {
    const { data, inputs } = request as { data?: DataInput; inputs?: Readonly<Record<string, DataInput>> };
    const all = [
      ...(data === undefined ? [] : [['data', data] as const]),
      ...Object.entries(inputs ?? {}).map(([name, input]) => [`inputs.${name}`, input] as const),
    ];
    return Promise.all(all.flatMap(([field, input]) => (isS3Uri(input) || isGivenByUri(input) ? [] : [readable(field, input)])));
  },
};

const isGivenByUri = (input: DataInput): input is Extract<DataInput, { s3Uri: string }> => typeof input === 'object' && 's3Uri' in input;

async function readable(field: string, input: Parameters<typeof outgoingFiles>[0]): Promise<Finding> {
  try {
    const files = await outgoingFiles(input);
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    if (bytes === 0) return problem(`${field}: there is nothing in it.`, 'Give a file or folder with content.', field);
    return ok(`${field}: ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${bytes} bytes, will be uploaded.`, field);
  } catch (error) {
    if (!(error instanceof SealabError)) throw error;
    return problem(error.message, error.remedy ?? 'Give the path of a file or folder, or an S3 URI.', field);
  }
}

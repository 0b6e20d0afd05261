import { valueOf } from '../hosting/invoke.ts';

/**
 * An output object of a transform job: the answers of the container, one behind the other. JSON documents in lines give a
 * list of them, CSV gives rows; the text where it is neither.
 */
export function parsed(text: string, contentType: string | undefined): unknown {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  // Assembling ends each answer with a line end, and an answer may have one of its own.
  if (contentType !== undefined && /\bcsv\b/.test(contentType)) return valueOf(lines.join('\n'), contentType);
  if (contentType !== undefined && !/\bjson/.test(contentType)) return text;
  const whole = document(text);
  if (whole !== undefined) return /json-?lines/.test(contentType ?? '') ? [whole.value] : whole.value;
  const documents = lines.map(document);
  return documents.length > 0 && documents.every((one) => one !== undefined) ? documents.map(({ value }) => value) : text;
}

function document(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

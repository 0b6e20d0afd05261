import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { PolicyCase } from './simulate.ts';

const context = z.record(z.string(), z.union([z.string(), z.array(z.string()), z.null()]));
const request = z.strictObject({
  as: z.union([z.string(), z.array(z.string())]).optional(),
  attached: z.literal('administrator').optional(),
  session: z.string().optional(),
  through: z.string().nullable().optional(),
  action: z.union([z.string(), z.array(z.string())]).optional(),
  resource: z.string().optional(),
  resourcePolicy: z.string().optional(),
  context: context.optional(),
});
const CaseFile = z.strictObject({
  about: z.string(),
  /** Every case is asked once for each value: `{{bucket}}` in any string. */
  each: z.record(z.string(), z.array(z.string())).optional(),
  /** What all cases share; a case changes it, `null` takes something away. */
  request,
  cases: z.array(request.extend({ name: z.string(), expect: z.enum(['allowed', 'denied']), by: z.string().optional() })).min(1),
});

const many = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/** Every case of every file in `test/cases/policies`, spelled out: one caller, one action, one resource. */
export function policyCases(names: ReadonlyMap<string, string>): readonly PolicyCase[] {
  const folder = join(import.meta.dirname, '../cases/policies');
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const { each = {}, request: shared, cases } = CaseFile.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      return combinations(each).flatMap((values) =>
        cases.flatMap((one) => {
          const merged = { ...shared, ...one, context: { ...shared.context, ...one.context } };
          return many(merged.as).flatMap((as) =>
            many(merged.action).map((action): PolicyCase => {
              const fill = (text: string): string =>
                fillIn(fillIn(text, /\{\{(\w+)\}\}/g, new Map(Object.entries(values))), /\$\{([\w/.-]+)\}/g, names);
              const label = [
                file.replace('.json', ''),
                ...Object.values(values),
                as,
                ...(many(merged.action).length > 1 ? [action] : []),
                one.name,
              ].join(' · ');
              return {
                name: label,
                as: fill(as),
                session: fill(merged.session ?? 'ada'),
                action: fill(action),
                resource: fill(merged.resource ?? '*'),
                context: Object.fromEntries(
                  Object.entries(merged.context).flatMap(([key, value]) =>
                    value === null ? [] : [[key, typeof value === 'string' ? fill(value) : value.map(fill)]],
                  ),
                ),
                expect: one.expect,
                ...(merged.through == null ? {} : { through: fill(merged.through) }),
                ...(merged.resourcePolicy === undefined ? {} : { resourcePolicy: fill(merged.resourcePolicy) }),
                ...(merged.attached === undefined ? {} : { attached: merged.attached }),
                ...(one.by === undefined ? {} : { by: one.by }),
              };
            }),
          );
        }),
      );
    });
}

function combinations(each: Readonly<Record<string, readonly string[]>>): Record<string, string>[] {
  return Object.entries(each).reduce<Record<string, string>[]>(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

/** IAM's own `${…}` variables do not occur in cases, so whatever is not known is a mistake. */
const fillIn = (text: string, placeholder: RegExp, values: ReadonlyMap<string, string>): string =>
  text.replace(placeholder, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`${name} is not a name of the project`);
    return value;
  });

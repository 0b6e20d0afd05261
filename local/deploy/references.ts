import type { Template } from './template.ts';

/** Logical ids of resources that a value of a template refers to, by Ref, Fn::GetAtt or Fn::Sub. */
export function referencesIn(value: unknown, template: Template, found = new Set<string>()): Set<string> {
  const add = (name: string): void => {
    if (Object.hasOwn(template.Resources, name)) found.add(name);
  };
  if (Array.isArray(value)) for (const item of value) referencesIn(item, template, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value as Record<string, unknown>)) {
      if (key === 'Ref' && typeof item === 'string') add(item);
      else if (key === 'Fn::GetAtt') {
        const id = Array.isArray(item) ? (item as unknown[])[0] : String(item).split('.')[0];
        if (typeof id === 'string') add(id);
      } else if (key === 'Fn::Sub') {
        const source = Array.isArray(item) ? (item as unknown[])[0] : item;
        const variables = Array.isArray(item) ? (item as unknown[])[1] : undefined;
        const own = typeof variables === 'object' && variables !== null ? Object.keys(variables) : [];
        for (const match of String(source).matchAll(/\$\{(?!!)([^}.]+)[^}]*\}/g)) {
          const name = (match[1] ?? '').trim();
          if (!own.includes(name)) add(name);
        }
      }
      referencesIn(item, template, found);
    }
  }
  return found;
}

import { z } from 'zod';
import { DeployError } from './errors.ts';

const policy = z.enum(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot']);

/** One resource. Attributes that are not here (CreationPolicy, UpdatePolicy …) are refused: nothing would act on them. */
const Resource = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z.string().optional(),
  DeletionPolicy: policy.optional(),
  UpdateReplacePolicy: policy.optional(),
  /** Only read by tools (cdk, cdk-nag). */
  Metadata: z.unknown().optional(),
});

const Parameter = z.strictObject({
  Type: z.string(),
  Default: z.union([z.string(), z.number()]).optional(),
  Description: z.string().optional(),
  NoEcho: z.union([z.boolean(), z.string()]).optional(),
  AllowedValues: z.array(z.union([z.string(), z.number()])).optional(),
  AllowedPattern: z.string().optional(),
  MinLength: z.coerce.number().optional(),
  MaxLength: z.coerce.number().optional(),
  MinValue: z.coerce.number().optional(),
  MaxValue: z.coerce.number().optional(),
  ConstraintDescription: z.string().optional(),
});

const Output = z.strictObject({
  Value: z.unknown(),
  Description: z.string().optional(),
  Condition: z.string().optional(),
  Export: z.strictObject({ Name: z.unknown() }).optional(),
});

/** A rule asserts something about parameters before a stack is made. */
const Rule = z.strictObject({
  RuleCondition: z.unknown().optional(),
  Assertions: z.array(z.strictObject({ Assert: z.unknown(), AssertDescription: z.string().optional() })),
});

const Template = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Parameters: z.record(z.string(), Parameter).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Rules: z.record(z.string(), Rule).default({}),
  Resources: z.record(z.string(), Resource),
  Outputs: z.record(z.string(), Output).default({}),
});

export type Template = z.infer<typeof Template>;
export type TemplateResource = z.infer<typeof Resource>;
export type TemplateParameter = z.infer<typeof Parameter>;

/** Checks the form of a template; sections and attributes that nothing here acts on are refused. */
export function parseTemplate(stack: string, value: unknown): Template {
  const result = Template.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new DeployError('TemplateInvalid', { stack, path: issue?.path.join('.') }, issue?.message ?? 'not a template');
}

/**
 * CDK writes one rule that checks the version of the account's bootstrap stack. There is no bootstrap stack here (assets
 * are published by the deployer itself), so that one rule and its parameter mean nothing. Other rules are refused.
 */
export const BOOTSTRAP_PARAMETER = 'BootstrapVersion';
export const BOOTSTRAP_RULE = 'CheckBootstrapVersion';

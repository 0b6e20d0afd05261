import { EnvironmentDescription } from '@sealab/sdk/contract';
import * as z from 'zod';
import { IMAGE_URI } from './images.ts';
import { hasLocalNvme } from './instance-storage.ts';
import { REGION_FACTS } from './region-facts.ts';

const { project, environmentType, account } = EnvironmentDescription.shape;

const person = z
  .string()
  .regex(/^(user|role)\/[\w+=,.@/-]+$/, 'write the end of an IAM ARN of this account: user/<name> or role/<path>/<name>')
  .refine((suffix) => !suffix.includes('*'), 'name one user or role; a wildcard would let anybody in');

const instanceTypes = z
  .array(
    z
      .string()
      .regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/, 'write a SageMaker instance type such as ml.m5.large')
      .refine((type) => !hasLocalNvme(type), {
        error: ({ input }) =>
          `${String(input)} has a local NVMe disk, which the volume key cannot encrypt; write a type with EBS disks only, such as ml.m5.xlarge`,
      }),
  )
  .min(1, 'allow at least one instance type')
  .refine((types) => new Set(types).size === types.length, 'write each instance type once');

const cidr = (smallest: number, largest: number) =>
  z
    .string()
    .regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, `write an IPv4 block such as 10.20.0.0/16`)
    .refine(
      (block) =>
        block
          .split(/[./]/)
          .slice(0, 4)
          .every((part) => Number(part) <= 255),
      'write numbers from 0 to 255 between the dots',
    )
    .refine(
      (block) => Number(block.split('/')[1]) >= largest && Number(block.split('/')[1]) <= smallest,
      `write a block from /${largest} to /${smallest}`,
    );

/** Retention periods that CloudWatch Logs knows (PutRetentionPolicy), a month and longer. */
const RETENTION_DAYS = [30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] as const;

/** What the administrator decides about one project environment: `sealab.yaml`. Keys that are not listed here are refused. */
export const Settings = z
  .strictObject({
    account,
    region: z.string().refine((region) => region in REGION_FACTS, {
      error: ({ input }) =>
        `the facts about the Region ${String(input)} are not known; write one of ${Object.keys(REGION_FACTS).join(', ')}, or add it to infra/settings/region-facts.ts`,
    }),
    project,
    environmentType,
    people: z.strictObject({
      /** May deploy, hold the keys' administration and write to the buckets from outside the VPC. */
      administrators: z.array(person).min(1, 'name at least one administrator'),
      /** May take the data scientist's, the endpoint creation's and the endpoint invocation's role. */
      dataScientists: z.array(person).min(1, 'name at least one data scientist'),
      /** May take the role that approves and rejects registered models. */
      approvers: z.array(person).min(1, 'name at least one approver'),
    }),
    network: z.strictObject({
      cidr: cidr(20, 16),
      availabilityZones: z.int().min(2, 'two zones at least: one may fail').max(3),
      connectedAllowed: z.boolean(),
      /** Blocks that a notebook may be opened from besides the VPC endpoint: the office or the VPN. */
      notebookAccessFrom: z.array(cidr(32, 8)),
    }),
    instanceTypes: z.strictObject({ training: instanceTypes, processing: instanceTypes, hosting: instanceTypes, notebook: instanceTypes }),
    /** Images of other accounts that jobs and models may run besides scikit-learn's, by the name that `framework` takes; their repositories are approved. */
    images: z
      .record(
        z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'write a name of small letters, digits, dots and hyphens, such as xgboost'),
        z.string().regex(IMAGE_URI, 'write an image with its tag: <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>'),
      )
      .default({}),
    logRetentionDays: z
      .int()
      .refine(
        (days) => RETENTION_DAYS.some((known) => known === days),
        `CloudWatch Logs keeps logs for one of ${RETENTION_DAYS.join(', ')} days`,
      ),
    /** Put on every resource, and by the SDK on everything that it creates. */
    tags: z.record(
      z
        .string()
        .regex(/^(?!aws:|sealab:)[\w.:/=+@-]{1,128}$/, 'write a tag key of up to 128 characters that starts with neither aws: nor sealab:'),
      z.string().regex(/^[\w .:/=+@-]{0,256}$/, 'write a tag value of up to 256 letters, digits, spaces or . : / = + - @ _'),
    ),
  })
  .superRefine(({ region, images }, context) => {
    for (const [name, uri] of Object.entries(images)) {
      // What is no image has been complained of.
      const own = IMAGE_URI.exec(uri)?.groups?.['region'] ?? region;
      if (own !== region)
        context.addIssue({
          code: 'custom',
          path: ['images', name],
          message: `write an image of ${region}: the endpoints of the network reach no other Region`,
        });
    }
  });

export type Settings = z.infer<typeof Settings>;

import { PURPOSE_TAG } from '@sealab/sdk/contract';
import { Tags } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Says what a resource is for; people, policies and tests find it by this tag. */
export function tagPurpose<C extends IConstruct>(construct: C, purpose: string): C {
  Tags.of(construct).add(PURPOSE_TAG, purpose);
  return construct;
}

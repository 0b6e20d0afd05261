import type { z } from 'zod';
import type { AssetSource } from './assets.ts';
import type { Clients } from './clients.ts';

/** What a resource file may use while it works on one resource. */
export interface ResourceContext {
  readonly stack: string;
  readonly logicalId: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly aws: Clients;
  readonly assets: AssetSource;
  /** A name as CloudFormation makes one (stack, logical id, suffix), the same again after a crash; a replacement gets another. */
  name(limit?: number): string;
  /** For calls that take an idempotency token: the same for the same resource with the same properties. */
  readonly token: string;
  /** Announces the physical id as soon as AWS has answered it, so that a crash or a failing next step cannot lose the resource. */
  created(physicalId: string): void;
}

/** Values of Fn::GetAtt. */
export type Attributes = Readonly<Record<string, string | readonly string[]>>;

/** How one CloudFormation resource type is made through the service's own API. */
export interface ResourceType<P = Record<string, unknown>> {
  readonly type: string;
  /** Every property that this file applies, strictly: an unknown one fails the deployment before anything is created. */
  readonly properties: z.ZodType<P>;
  /** Top-level properties that are accepted and have no effect, each with the reason. */
  readonly ignored?: Readonly<Record<string, string>>;
  /** Names that Fn::GetAtt knows. */
  readonly attributeNames: readonly string[];
  /** How the `Tags` property is written, so that tags of the stack can join it. */
  readonly tags?: 'list' | 'map';
  /** Properties whose change needs a new resource. Without `update` every change does. */
  readonly replaceOn?: readonly (keyof P & string)[];
  /** The property that holds a user-given name: with it a replacement would collide, so it is refused as on AWS. */
  readonly nameProperty?: keyof P & string;
  /** The property within which such a name is unique: the VPC of a security group. */
  readonly nameWithin?: keyof P & string;
  /** Creates the resource and returns what Ref returns. Everything in `properties` must have been applied. */
  create(context: ResourceContext, properties: P): Promise<string>;
  /** Brings an existing resource to `next`, whatever part of an earlier attempt was applied. */
  update?(context: ResourceContext, physicalId: string, next: P, previous: P): Promise<void>;
  /** What can only be done once the rest of the stack exists (a permission of another resource, say). Runs after `create` and `update`. */
  finish?(context: ResourceContext, physicalId: string, properties: P, previous: P | undefined): Promise<void>;
  /** Removes it; something that is gone already is no error. */
  remove(context: ResourceContext, physicalId: string, properties: P): Promise<void>;
  /** Values of Fn::GetAtt, or `undefined` when the resource does not exist (any more). */
  attributes(context: ResourceContext, physicalId: string, properties: P): Promise<Attributes | undefined>;
  /** After a crash between AWS's answer and our note: the physical id, when there is a way to recognize the resource. */
  find?(context: ResourceContext, properties: P): Promise<string | undefined>;
}

/**
 * Says that a resource file knows of properties that act elsewhere: at removal, for Fn::GetAtt, in the function that the file stands for.
 * Handing them over reads them, which is what the watch over unapplied properties looks for.
 */
export const knows = (...properties: readonly unknown[]): number => properties.length;

/** Keeps the type parameter inferred from the schema, and forgets it for the registry. */
export const resourceType = <P>(definition: ResourceType<P>): ResourceType => definition as unknown as ResourceType;

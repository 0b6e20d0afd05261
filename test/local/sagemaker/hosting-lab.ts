import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointCommand,
  type ContainerDefinition,
  type CreateEndpointConfigCommandInput,
  type CreateModelCommandInput,
  type DescribeEndpointCommandOutput,
  type ProductionVariant,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient, type InvokeEndpointCommandInput } from '@aws-sdk/client-sagemaker-runtime';
import type { PlatformClientConfig } from '../../../local/gateway/platform.ts';
import { archive, IMAGE, type Lab } from './running-sagemaker.ts';

/** A model that does what the request's text says, and tells which model and which process answered. */
const SCRIPT = `
import json, os, time, uuid
PROCESS = str(uuid.uuid4())
def model_fn(model_dir):
    name = open(os.path.join(model_dir, "name.txt")).read()
    if name == "broken":
        raise RuntimeError("no model here")
    if name.startswith("large"):
        import numpy
        return name, numpy.zeros(int(name.split("-")[1]) * 1024 * 1024, dtype="uint8")
    return name, None
def transform_fn(model, data, content_type, accept, context):
    text = data if isinstance(data, str) else bytes(data).decode()
    command, _, rest = text.partition(" ")
    if command == "sleep":
        time.sleep(float(rest))
    if command == "fail":
        raise ValueError("told to fail")
    if command == "die":
        os._exit(9)
    if command == "stream":
        def parts():
            for part in rest.split(" "):
                yield part.encode()
                time.sleep(0.3)
        return parts(), "text/plain"
    attributes = context.get_request_header(0, "X-Amzn-SageMaker-Custom-Attributes")
    if attributes:
        context.set_response_header(0, "X-Amzn-SageMaker-Custom-Attributes", attributes + ";seen")
    return json.dumps({"model": model[0], "process": PROCESS, "text": text, "type": content_type}), "application/json"
`;

export interface Said {
  readonly model: string;
  readonly process: string;
  readonly text: string;
  readonly type: string;
}

/** An archive whose model calls itself so. */
export const named = (name: string): Buffer => archive({ 'name.txt': name, 'code/inference.py': SCRIPT });

export interface HostingLab {
  readonly runtime: SageMakerRuntimeClient;
  container(name: string, overrides?: ContainerDefinition): Promise<ContainerDefinition>;
  /** A model whose answers carry its name. */
  model(name: string, overrides?: Partial<CreateModelCommandInput>): Promise<void>;
  /** A configuration of variants, each with a model of its name unless it says otherwise. */
  config(
    name: string,
    variants: readonly Partial<ProductionVariant>[],
    overrides?: Partial<CreateEndpointConfigCommandInput>,
  ): Promise<void>;
  /** Waits until it is in service, or failed. */
  endpoint(name: string, config?: string): Promise<DescribeEndpointCommandOutput>;
  describe(name: string): Promise<DescribeEndpointCommandOutput>;
  settled(name: string): Promise<DescribeEndpointCommandOutput>;
  ask(endpoint: string, text: string, overrides?: Partial<InvokeEndpointCommandInput>): Promise<Said & { readonly variant: string }>;
}

export const variant = (VariantName: string, overrides: Partial<ProductionVariant> = {}): ProductionVariant => ({
  VariantName,
  ModelName: VariantName,
  ...(overrides.ServerlessConfig === undefined ? { InstanceType: 'ml.m5.large', InitialInstanceCount: 1 } : {}),
  InitialVariantWeight: 1,
  ...overrides,
});

/** `lab`: only its clients and its account are used, so that the gateway behind it may be a process of its own. */
export function hostingLab(lab: Lab, admin: PlatformClientConfig): HostingLab {
  const runtime = new SageMakerRuntimeClient(admin);
  const describe = (EndpointName: string) => lab.sageMaker.send(new DescribeEndpointCommand({ EndpointName }));
  const settled = async (name: string) => {
    for (;;) {
      const endpoint = await describe(name);
      if (!['Creating', 'Updating', 'RollingBack'].includes(endpoint.EndpointStatus ?? '')) return endpoint;
      await sleep(100);
    }
  };
  const container = async (name: string, overrides: ContainerDefinition = {}): Promise<ContainerDefinition> => ({
    Image: IMAGE,
    ModelDataUrl: await lab.put(`models/${name}/model.tar.gz`, named(name)),
    Environment: { SAGEMAKER_PROGRAM: 'inference.py' },
    ...overrides,
  });
  return {
    runtime,
    container,
    async model(name, overrides = {}) {
      const PrimaryContainer = overrides.Containers === undefined ? await container(name) : undefined;
      await lab.sageMaker.send(
        new CreateModelCommand({
          ModelName: name,
          PrimaryContainer,
          ExecutionRoleArn: lab.roleArn,
          VpcConfig: lab.vpc,
          EnableNetworkIsolation: true,
          ...overrides,
        }),
      );
    },
    async config(name, variants, overrides = {}) {
      await lab.sageMaker.send(
        new CreateEndpointConfigCommand({
          EndpointConfigName: name,
          ProductionVariants: variants.map((one) => variant(one.VariantName ?? name, one)),
          ...overrides,
        }),
      );
    },
    async endpoint(EndpointName, config = EndpointName) {
      await lab.sageMaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: config }));
      return settled(EndpointName);
    },
    describe,
    settled,
    async ask(EndpointName, text, overrides = {}) {
      const answer = await runtime.send(new InvokeEndpointCommand({ EndpointName, Body: text, ContentType: 'text/plain', ...overrides }));
      return { ...(JSON.parse(new TextDecoder().decode(answer.Body)) as Said), variant: answer.InvokedProductionVariant ?? '' };
    },
  };
}

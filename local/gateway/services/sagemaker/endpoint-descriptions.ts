import type { CreateModelInput, ProductionVariant } from '@aws-sdk/client-sagemaker';
import { asyncConfig, type EndpointRecord, type Fleet, modelOf, productionVariants, shadowVariants } from './endpoint-fleets.ts';
import type { Live } from './endpoint-lifecycle.ts';
import type { RunningFleet } from './endpoint-traffic.ts';

/** DescribeEndpoint. */
export function describeEndpoint(endpoint: EndpointRecord, live: Live): Record<string, unknown> {
  const { fleet, pending } = endpoint;
  const running = live.current;
  const failed = endpoint.status === 'Failed';
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    EndpointConfigName: fleet.config,
    EndpointStatus: endpoint.status,
    FailureReason: endpoint.failureReason,
    ...(failed
      ? {}
      : {
          ProductionVariants: summaries(productionVariants(fleet), fleet, running),
          ShadowProductionVariants: shadowVariants(fleet).length === 0 ? undefined : summaries(shadowVariants(fleet), fleet, running),
        }),
    DataCaptureConfig: describeCapture(endpoint),
    AsyncInferenceConfig: asyncConfig(fleet),
    LastDeploymentConfig: endpoint.deployment,
    PendingDeploymentSummary: pending === undefined ? undefined : describePending(pending.fleet, pending.startTime, live),
    CreationTime: endpoint.creationTime,
    LastModifiedTime: endpoint.lastModifiedTime,
  };
}

function describePending(fleet: Fleet, startTime: number, live: Live): Record<string, unknown> {
  const share = live.traffic.shareOf(fleet);
  const status = live.stage === undefined ? {} : { VariantStatus: [{ Status: live.stage.status, StartTime: live.stage.startTime }] };
  const of = (variants: readonly ProductionVariant[]): Record<string, unknown>[] =>
    summaries(variants, fleet, live.next).map((summary, index) => ({
      ...summary,
      CurrentWeight: (summary['DesiredWeight'] as number) * share,
      InstanceType: variants[index]?.InstanceType,
      ...status,
    }));
  return {
    EndpointConfigName: fleet.config,
    ProductionVariants: of(productionVariants(fleet)),
    ShadowProductionVariants: shadowVariants(fleet).length === 0 ? undefined : of(shadowVariants(fleet)),
    StartTime: startTime,
  };
}

function summaries(variants: readonly ProductionVariant[], fleet: Fleet, running: RunningFleet | undefined): Record<string, unknown>[] {
  return variants.map((variant) => {
    const name = variant.VariantName ?? '';
    const { weight = 1, count = 1, serverless } = fleet.capacities[name] ?? {};
    return {
      VariantName: name,
      DeployedImages: imagesOf(fleet, variant),
      CurrentWeight: weight,
      DesiredWeight: weight,
      ...(serverless === undefined
        ? { CurrentInstanceCount: running?.variant(name)?.count ?? 0, DesiredInstanceCount: count }
        : { CurrentInstanceCount: 0, CurrentServerlessConfig: serverless, DesiredServerlessConfig: serverless }),
      RoutingConfig: variant.RoutingConfig,
    };
  });
}

function imagesOf(fleet: Fleet, variant: ProductionVariant): { SpecifiedImage: string }[] {
  const model = modelOf(fleet, variant) as Partial<CreateModelInput>;
  const containers = model.PrimaryContainer === undefined ? (model.Containers ?? []) : [model.PrimaryContainer];
  return containers.flatMap(({ Image }) => (Image === undefined ? [] : [{ SpecifiedImage: Image }]));
}

function describeCapture({ fleet: { capture }, status }: EndpointRecord): Record<string, unknown> | undefined {
  if (capture === undefined) return undefined;
  const enabled = capture.EnableCapture ?? true;
  return {
    EnableCapture: enabled,
    CaptureStatus: enabled && status !== 'Creating' && status !== 'Failed' ? 'Started' : 'Stopped',
    CurrentSamplingPercentage: capture.InitialSamplingPercentage,
    DestinationS3Uri: capture.DestinationS3Uri,
    KmsKeyId: capture.KmsKeyId ?? '',
  };
}

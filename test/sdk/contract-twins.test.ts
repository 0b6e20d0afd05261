import { describe, expect, it } from '@jest/globals';
import { CONTROLS, SealabError } from '@sealab/sdk/contract';
import type { Control, OperationName } from '@sealab/sdk/contract';
import { controlStates, fillSecureFields, findViolations } from '@sealab/sdk/secure';
import { environment, isolatedOnly } from './environment-fixture.ts';

/** The least that a caller gives: what the contract neither fills in nor needs. */
const LEAST: Readonly<Record<OperationName, object>> = {
  CreateTrainingJob: {
    TrainingJobName: 'a',
    AlgorithmSpecification: { TrainingImage: environment.images['scikit-learn'], TrainingInputMode: 'File' },
    OutputDataConfig: { S3OutputPath: 's3://credit-risk-model/jobs' },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 30 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  },
  CreateProcessingJob: {
    ProcessingJobName: 'a',
    AppSpecification: { ImageUri: environment.images['scikit-learn'] },
    ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 30 } },
  },
  CreateModel: {
    ModelName: 'a',
    PrimaryContainer: { Image: environment.images['scikit-learn'], ModelDataUrl: 's3://credit-risk-model/m/model.tar.gz' },
  },
  CreateEndpointConfig: {
    EndpointConfigName: 'a',
    ProductionVariants: [{ VariantName: 'v', ModelName: 'a', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 }],
  },
  CreateNotebookInstance: { NotebookInstanceName: 'a', InstanceType: 'ml.t3.medium' },
};

/** Sets any path, making lists of one element where it goes through a list. */
function withValue<T extends object>(root: T, path: string, value: unknown): T {
  const copy = structuredClone(root);
  let object = copy as Record<string, unknown>;
  const parts = path.split('.');
  for (const part of parts.slice(0, -1)) {
    const each = part.endsWith('[]');
    const name = each ? part.slice(0, -2) : part;
    object[name] ??= each ? [{}] : {};
    object = (each ? (object[name] as unknown[])[0] : object[name]) as Record<string, unknown>;
  }
  object[parts.at(-1) ?? ''] = value;
  return copy;
}

const WRONG: Readonly<Record<Control['match'], unknown>> = {
  equals: 'arn:aws:kms:eu-west-1:999999999999:key/99999999-9999-9999-9999-999999999999',
  'one-of': 'ml.p5.48xlarge',
  subset: ['subnet-0dead'],
  true: false,
  false: true,
  absent: 'anything',
  'in-bucket': 's3://credit-risk-model.elsewhere/x',
  'in-registry': '141502667606.dkr.ecr.eu-west-1.amazonaws.com.elsewhere.example/image:1',
};

const RIGHT: Readonly<Record<string, unknown>> = {
  'in-bucket': 's3://credit-risk-model/x',
  'in-registry': environment.images['scikit-learn'],
  false: false,
};

const all: readonly (readonly [string, Control])[] = Object.values(CONTROLS)
  .flatMap((controls: readonly Control[]) => controls)
  .map((control) => [control.id, control]);

/** Two ways to give a container's image and data exclude each other in AWS; both are rows. */
const base = (control: Control): object => LEAST[control.operation];
const filled = (control: Control, input = base(control)) => fillSecureFields(control.operation as string, input, isolatedOnly).input;
/** A Describe answer has the request's fields, some under another name. */
const described = (control: Control, request: object): object => {
  let answer = structuredClone(request);
  for (const other of CONTROLS[control.operation] as readonly Control[]) {
    if (other.describePath === null || other.describePath === other.path || other.path.includes('.')) continue;
    answer = withValue(answer, other.describePath, (request as Record<string, unknown>)[other.path]);
  }
  return answer;
};

describe.each(all)('%s', (_id, control) => {
  const { operation, path, match, fill, describePath } = control;
  const choice = RIGHT[match];
  const kept = filled(control, choice === undefined || fill !== 'never' ? base(control) : withValue(base(control), path, choice));
  const wrong = withValue(filled(control), path, WRONG[match]);

  it('is kept by what the SDK sends', () => {
    expect(findViolations(operation, kept, isolatedOnly, 'request')).toEqual([]);
    expect(findViolations(operation, described(control, kept), isolatedOnly, 'describe')).toEqual([]);
    expect(controlStates(operation, described(control, kept), isolatedOnly).filter(({ status }) => status === 'broken')).toEqual([]);
  });

  it('refuses another value before anything is sent', () => {
    const refusal = (() => {
      try {
        fillSecureFields(operation as string, wrong, isolatedOnly);
      } catch (error) {
        return error;
      }
      return undefined;
    })();
    expect(refusal).toBeInstanceOf(SealabError);
    const { code, details, remedy } = refusal as SealabError;
    expect(code).toBe('SecureFieldConflict');
    expect(details).toMatchObject({ control: control.id, given: WRONG[match] });
    expect(details['field']).toBe(path.replace('[]', '[0]'));
    expect(details['source']).toBe('constant' in control.wanted ? 'the contract' : `${control.wanted.environment} of the environment`);
    expect(remedy).toBe(control.remedy);
  });

  it('is found broken by value, in the request and in Describe', () => {
    const ids = (found: ReturnType<typeof findViolations>) => found.map((violation) => violation.control.id);
    expect(ids(findViolations(operation, wrong, isolatedOnly, 'request'))).toContain(control.id);
    if (describePath !== null) {
      const answer = withValue(described(control, kept), describePath, WRONG[match]);
      expect(ids(findViolations(operation, answer, isolatedOnly, 'describe'))).toContain(control.id);
    }
  });

  if (fill !== 'never' && match !== 'false') {
    it('is found broken where it is missing', () => {
      const bare = withValue(kept, path, undefined);
      expect(findViolations(operation, bare, isolatedOnly, 'request').map((violation) => violation.control.id)).toContain(control.id);
    });
  }

  if (fill === 'always') {
    it('is written from the environment when the caller leaves it out', () => {
      const { fields } = fillSecureFields(operation as string, base(control), isolatedOnly);
      expect(fields.find((field) => field.control === control.id)).toMatchObject({
        location: path,
        origin: 'constant' in control.wanted ? 'contract' : 'environment',
      });
    });
  }
});

describe('the contract', () => {
  it('has a reason wherever no condition key enforces a control, and one sentence for people', () => {
    for (const [, control] of all) {
      expect([control.id, control.conditionKey === null ? control.noConditionKey : control.conditionKey]).toEqual([
        control.id,
        expect.stringMatching(/./),
      ]);
      expect(control.because).toMatch(/^[A-Z].*\.$/);
      expect(control.remedy).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('has no name twice', () => {
    expect(new Set(all.map(([id]) => id)).size).toBe(all.length);
  });
});

import { DescribeEndpointConfigCommand, DescribeNotebookInstanceCommand } from '@aws-sdk/client-sagemaker';
import type { LabContext } from '../context.ts';
import { controlStates, sealOf } from '../secure/index.ts';
import type { EndpointConfig, NotebookInstance } from './api.ts';

/** An endpoint configuration by name. Nothing is asked of AWS until it is used. */
export function endpointConfig({ clients, environment }: LabContext, name: string): EndpointConfig {
  const describe = () => clients.sageMaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: name }));
  return {
    kind: 'endpoint-configs',
    name,
    describe,
    seal: async () => sealOf(name, controlStates('CreateEndpointConfig', await describe(), environment)),
  };
}

/** A notebook instance by name. Nothing is asked of AWS until it is used. */
export function notebookInstance({ clients, environment }: LabContext, name: string): NotebookInstance {
  const describe = () => clients.sageMaker.send(new DescribeNotebookInstanceCommand({ NotebookInstanceName: name }));
  return {
    kind: 'notebook-instances',
    name,
    describe,
    seal: async () => sealOf(name, controlStates('CreateNotebookInstance', await describe(), environment)),
  };
}

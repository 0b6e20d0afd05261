import type { DeployEvent } from '@sealab/service';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../shared/button.tsx';
import { service } from '../data/client.ts';
import { events } from '../data/event-source.ts';
import { refreshLists } from '../data/queries.ts';
import { usePanel } from '../shared/panel-context.tsx';
import { Problem } from '../shared/states.tsx';

/** Hosts the model of a completed job and opens the endpoint. */
export function DeployButton({ trainingJob }: { trainingJob: string }) {
  const { trans, openEndpoint } = usePanel();
  const [step, setStep] = useState<(DeployEvent & { type: 'progress' })['progress']['step']>();
  const deploy = useMutation({
    mutationFn: async () => {
      const url = service.endpoints.$url();
      for await (const event of events<DeployEvent>(url, {
        method: 'POST',
        body: JSON.stringify({ trainingJob }),
        headers: { 'Content-Type': 'application/json' },
      })) {
        if (event.type === 'deployed') return event.name;
        setStep(event.progress.step);
      }
      throw new Error(trans.__('The connection ended before the endpoint was confirmed. Look under Running now before you deploy again.'));
    },
    onSuccess: (name) => {
      void refreshLists();
      openEndpoint(name);
    },
    onSettled: () => setStep(undefined),
  });
  const words = {
    packing: trans.__('Packing the model …'),
    model: trans.__('Creating the model …'),
    configuration: trans.__('Creating the configuration …'),
    endpoint: trans.__('Creating the endpoint …'),
  };
  return (
    <>
      <Button className="jp-mod-styled jp-mod-accept" disabled={deploy.isPending} onClick={() => deploy.mutate()}>
        {trans.__('Deploy to endpoint')}
      </Button>
      {deploy.isPending && (
        <span className="jp-Sealab-hint" role="status">
          {step === undefined ? trans.__('Starting …') : words[step]}
        </span>
      )}
      {deploy.error !== null && <Problem error={deploy.error} />}
    </>
  );
}

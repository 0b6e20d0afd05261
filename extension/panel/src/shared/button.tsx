import { Button as HostButton } from '@jupyterlab/ui-components';
import type { ComponentProps } from 'react';

/** JupyterLab's button. In a form a button without a type submits it: here one has to say so. */
export const Button = (props: ComponentProps<typeof HostButton>) => <HostButton type="button" {...props} />;

import { LabIcon } from '@jupyterlab/ui-components';
export declare const sealabIcon: LabIcon;
export declare const endpointIcon: LabIcon;
export declare const sealedIcon: LabIcon;
export declare const brokenIcon: LabIcon;
export declare const notVerifiedIcon: LabIcon;
//# sourceMappingURL=icons.d.ts.map
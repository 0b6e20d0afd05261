import { LabIcon } from '@jupyterlab/ui-components';
import brokenSvg from '../style/icons/broken.svg';
import endpointSvg from '../style/icons/endpoint.svg';
import notVerifiedSvg from '../style/icons/not-verified.svg';
import sealabSvg from '../style/icons/sealab.svg';
import sealedSvg from '../style/icons/sealed.svg';

export const sealabIcon = new LabIcon({ name: 'sealab:sealab', svgstr: sealabSvg });
export const endpointIcon = new LabIcon({ name: 'sealab:endpoint', svgstr: endpointSvg });
export const sealedIcon = new LabIcon({ name: 'sealab:sealed', svgstr: sealedSvg });
export const brokenIcon = new LabIcon({ name: 'sealab:broken', svgstr: brokenSvg });
export const notVerifiedIcon = new LabIcon({ name: 'sealab:not-verified', svgstr: notVerifiedSvg });

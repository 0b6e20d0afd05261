#!/usr/bin/env node
/** `npm test`: test-command.mjs, which a Node.js that is too old could not even read. */
import './node-version.mjs';

import('./test-command.mjs');

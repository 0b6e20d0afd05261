#!/usr/bin/env node
/** `npm start`: start-command.mjs, which a Node.js that is too old could not even read. */
import './node-version.mjs';

import('./start-command.mjs');

import config from './jest.config.js';
const { globalSetup, globalTeardown, ...j } = config.projects[1];
export default { projects: [j] };

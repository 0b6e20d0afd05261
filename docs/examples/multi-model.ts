import { connect } from '@sealab/sdk';

const lab = await connect();

// Many models behind one container; each is loaded when somebody asks for it.
const endpoint = await lab.deploy(lab.attach('credit-240506-070809-a1b2'), { name: 'credit-by-country', multiModel: true });

const france = await endpoint.addModel({ trainingJob: 'credit-240507-090011-c3d4' }, 'france');
console.log(await endpoint.models());

const { value } = await endpoint.invoke([[41, 52_000, 0.31]], { targetModel: france });
console.log(value);

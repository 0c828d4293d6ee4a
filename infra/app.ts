import { createApp } from './create-app.ts';

const startedByCdk = process.env['CDK_OUTDIR'];

// `cdk` says where to write. Alone, as the local run starts it, it writes to the same folder, and is quick about it.
createApp({ outdir: startedByCdk ?? 'cdk.out', checkSchemas: startedByCdk !== undefined }).synth();

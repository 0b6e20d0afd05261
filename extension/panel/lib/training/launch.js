import { service } from "../data/client.js";
import { events } from "../data/event-source.js";
import { bytes } from "../shared/format.js";
/** One sentence for a step between Launch and the job's name. */
function sentence(event, trans) {
    const { progress } = event;
    switch (progress.step) {
        case 'packing':
            return trans.__('Packing the script …');
        case 'uploading':
            return trans.__('Uploading %1: %2 of %3', progress.file, bytes(progress.bytes), bytes(progress.totalBytes));
        case 'submitting':
            return trans.__('Submitting %1 …', progress.name);
    }
}
/** Launches, tells how far it is, and gives the job's name. */
export async function launch(form, tell, trans) {
    const url = service['training-jobs'].$url();
    for await (const event of events(url, { method: 'POST', body: JSON.stringify(form), headers: { 'Content-Type': 'application/json' } })) {
        if (event.type === 'launched')
            return event.name;
        tell(sentence(event, trans));
    }
    throw new Error(trans.__('The connection ended before the job was confirmed. Look for it under Training jobs before you launch it again.'));
}
//# sourceMappingURL=launch.js.map
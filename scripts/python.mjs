/** The Python that everything here is made with: `SEALAB_PYTHON`, or the first one in PATH that is recent and can make environments. */
import { spawnSync } from 'node:child_process';

const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];
const PROBE = `import sys, os, sysconfig, importlib.util as u
venv = bool(u.find_spec('venv') and u.find_spec('ensurepip'))
headers = os.path.exists(os.path.join(sysconfig.get_paths()['include'], 'Python.h'))
print('|'.join([sys.executable, '.'.join(map(str, sys.version_info[:3])), str(sys.version_info >= (3, 11)), str(venv), str(headers)]))`;

function probe(name) {
  const { status, stdout } = spawnSync(name, ['-I', '-c', PROBE], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const [path, version, recent, venv, headers] = stdout.trim().split('|');
  return { path, version, recent: recent === 'True', venv: venv === 'True', headers: headers === 'True' };
}

const rank = ({ recent, venv, headers }) => (recent ? 4 : 0) + (venv ? 2 : 0) + (headers ? 1 : 0);
const COMPLETE = 7;

/** The best Python there is, which may lack something: recent, then with the venv module, then with its headers. */
export function findPython() {
  const { SEALAB_PYTHON } = process.env;
  let best;
  for (const name of SEALAB_PYTHON ? [SEALAB_PYTHON] : CANDIDATES) {
    const found = probe(name);
    if (found !== undefined && (best === undefined || rank(found) > rank(best))) best = found;
    if (best !== undefined && rank(best) === COMPLETE) break;
  }
  return best;
}

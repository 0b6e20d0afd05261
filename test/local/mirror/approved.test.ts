import { describe, expect, it } from '@jest/globals';
import { approvedNpm, approvedPython, parseApproved, parseDistribution } from '../../../local/mirror/approved.ts';

describe('the approved lists', () => {
  it('of the repository can be read', () => {
    expect(approvedPython().get('scikit-learn')?.size).toBe(1);
    expect(approvedNpm().get('zod')?.size).toBe(1);
  });

  it('take several versions of a package, scopes and comments', () => {
    expect(parseApproved('# why\nNumPy==1.0  # note\nnumpy==2.0\n\n', '==', 'f')).toEqual(new Map([['numpy', new Set(['1.0', '2.0'])]]));
    expect(parseApproved('@scope/name@1.2.3', '@', 'f')).toEqual(new Map([['@scope/name', new Set(['1.2.3'])]]));
  });

  it.each(['numpy', 'numpy>=1', 'numpy==', '==1.0', 'numpy==*'])('refuse the line "%s" with file and number', (line) => {
    expect(() => parseApproved(`\n${line}`, '==', 'list.txt')).toThrow(/^list\.txt:2: expected name==version/);
  });
});

describe('names of distribution files', () => {
  it.each([
    ['scikit_learn-1.9.1-cp311-cp311-manylinux_2_28_x86_64.whl', 'scikit-learn', '1.9.1'],
    ['six-1.17.0-1build-py2.py3-none-any.whl', 'six', '1.17.0'],
    ['six-1.17.0-py2.py3-none-any.whl.metadata', 'six', '1.17.0'],
    ['python_dateutil-2.9.0.post0.tar.gz', 'python-dateutil', '2.9.0.post0'],
    ['old-name-1.0.zip', 'old-name', '1.0'],
  ])('%s', (file, name, version) => expect(parseDistribution(file)).toEqual({ name, version }));

  it.each(['index.html', 'six.whl', '../six-1.0.tar.gz.exe'])('%s is none', (file) => expect(parseDistribution(file)).toBeUndefined());
});

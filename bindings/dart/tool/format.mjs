// Formats the hand-written Dart files below the working directory: see
// format.sh.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [formatter, flag] = process.argv.slice(2);
const { format } = await import(pathToFileURL(formatter));
const check = flag === '--check';

const files = ['lib', 'test', 'example'].flatMap((directory) =>
  readdirSync(directory, { recursive: true })
    .filter((file) => file.endsWith('.dart') && !file.endsWith('.g.dart'))
    .map((file) => join(directory, file)),
);
const changed = files.filter((file) => {
  const source = readFileSync(file, 'utf8');
  const formatted = format(source, file, { language_version: '3.7.0' });
  if (formatted === source) return false;
  if (!check) writeFileSync(file, formatted);
  return true;
});

for (const file of changed) console.error(check ? `${file}: not formatted` : `formatted ${file}`);
if (check && changed.length > 0) {
  console.error('Run: sh bindings/dart/tool/format.sh');
  process.exitCode = 1;
}

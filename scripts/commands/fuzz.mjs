import { tools } from '../lib/paths.mjs'
import { runNode } from '../lib/run.mjs'
import { setUp } from '../lib/set-up.mjs'

/**
 * Sends random input through every parser.
 *
 * @param {string[]} args `--seconds N` for each property, 10 unless given; `--seed N --path P` to see one input again;
 *   the rest is Vitest's, such as `-t NAME`
 */
export default async function fuzz(args) {
  await setUp()
  const env = { FUZZ_SECONDS: '10' }
  const names = { '--seconds': 'FUZZ_SECONDS', '--seed': 'FUZZ_SEED', '--path': 'FUZZ_PATH' }
  const rest = [...args]
  for (const [flag, name] of Object.entries(names)) {
    const at = rest.indexOf(flag)
    if (at >= 0) Object.assign(env, { [name]: rest.splice(at, 2)[1] })
  }
  const { code } = await runNode([tools.vitest, 'run', '--project', 'fuzz', ...rest], { show: true, env })
  process.exitCode = code
}

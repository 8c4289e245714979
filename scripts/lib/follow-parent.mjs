// Loaded into each part before its own code. A part runs in a process group of its own, so that Ctrl-C reaches
// only the script that started it, which then ends the parts in order. The price is paid here: if that script is
// killed, nobody is left to end the part.
import { isMainThread } from 'node:worker_threads'

if (isMainThread && process.ppid === Number(process.env.EVERGATE_PARENT)) {
  process.once('disconnect', () => process.kill(-process.pid, 'SIGKILL'))
  process.channel?.unref()
}

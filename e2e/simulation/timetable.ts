import type { ManualClock } from 'evergate/testing'

type Task = () => Promise<void> | void

/** Runs events in the order of their times, and moves the clock. Events of one second run at the same time. */
export function createTimetable(clock: ManualClock) {
  const tasks = new Map<number, Task[]>()
  let second = 0

  return {
    /** Seconds since the start. */
    now: () => second,
    /** Does something so many seconds from now (at least one). */
    after(seconds: number, task: Task): void {
      const at = second + Math.max(1, Math.ceil(seconds))
      tasks.set(at, [...(tasks.get(at) ?? []), task])
    },
    /** Lives through so many seconds. */
    async run(seconds: number): Promise<void> {
      for (second = 0; second < seconds; second += 1) {
        const due = tasks.get(second) ?? []
        tasks.delete(second)
        await Promise.all(due.map((task) => task()))
        clock.advance(1000)
      }
    },
  }
}

export type Timetable = ReturnType<typeof createTimetable>

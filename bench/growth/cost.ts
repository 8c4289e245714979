/** The measurements that the sum rests on. */
export type MeasuredCost = {
  /** Of one process at full load. */
  readonly refreshesPerSecond: number
  /** A session, and the user it belongs to, with their indexes. */
  readonly bytesPerSession: number
}

export type CostAssumptions = {
  readonly monthlyUsers: number
  /** Share of them on an average day. */
  readonly dailyShare: number
  /** Hours that somebody is there on such a day, renewing every `accessTokenMinutes`. */
  readonly hoursPerDay: number
  readonly accessTokenMinutes: number
  /** The busiest minutes over the average of the month. */
  readonly peakFactor: number
  /** Share of its measured rate that a process is planned to do at the peak. */
  readonly utilisation: number
  /** Devices that a user is signed in on. */
  readonly sessionsPerUser: number
  /** Store on disk over its live rows: the dead of a week, room for the next. */
  readonly storageFactor: number
  readonly prices: {
    readonly serverHour: number
    /** Processes that run on one server. */
    readonly processesPerServer: number
    readonly databaseHour: number
    readonly gigabyteMonth: number
  }
}

const HOURS = 730

/** List prices, on demand, us-east-1, as third parties quoted them in May and June 2026: look them up before you plan with them. */
export const assumptions: CostAssumptions = {
  monthlyUsers: 1_000_000,
  dailyShare: 0.3,
  hoursPerDay: 2,
  accessTokenMinutes: 15,
  peakFactor: 4,
  utilisation: 0.5,
  sessionsPerUser: 1.5,
  storageFactor: 3,
  prices: {
    // EC2 m7g.large, 2 vCPU: factualminds.com, 17 June 2026.
    serverHour: 0.0816,
    processesPerServer: 1,
    // RDS db.t4g.medium, Multi-AZ: infratally.com, 2026.
    databaseHour: 0.13,
    // RDS gp3 0.115 at one site (usage.ai, June 2026); with a standby there are two.
    gigabyteMonth: 0.23,
  },
}

export type Cost = {
  readonly refreshesPerMonth: number
  readonly peakPerSecond: number
  readonly servers: number
  readonly gigabytes: number
  /** Dollars a month. */
  readonly dollars: { readonly servers: number; readonly database: number; readonly storage: number }
  readonly total: number
  readonly perUser: number
}

/** The cost of a month: as many servers as the peak needs, and one more, so that one may fail. */
export function costOf(measured: MeasuredCost, given: CostAssumptions): Cost {
  const { monthlyUsers, prices } = given
  const perDay = (given.hoursPerDay * 60) / given.accessTokenMinutes
  const refreshesPerMonth = monthlyUsers * given.dailyShare * 30 * perDay
  const peakPerSecond = (refreshesPerMonth / (30 * 86_400)) * given.peakFactor
  const perServer = measured.refreshesPerSecond * given.utilisation * prices.processesPerServer
  const servers = Math.ceil(peakPerSecond / perServer) + 1
  const bytes = monthlyUsers * given.sessionsPerUser * measured.bytesPerSession * given.storageFactor
  const gigabytes = Math.max(20, Math.ceil(bytes / 1e9))
  const dollars = {
    servers: servers * prices.serverHour * HOURS,
    database: prices.databaseHour * HOURS,
    storage: gigabytes * prices.gigabyteMonth,
  }
  const total = dollars.servers + dollars.database + dollars.storage
  return {
    refreshesPerMonth,
    peakPerSecond,
    servers,
    gigabytes,
    dollars,
    total,
    perUser: total / monthlyUsers,
  }
}

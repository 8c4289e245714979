/** Why a target is missed, by `part/figure/subject`: kept by hand, shown beside the target as long as it is missed. */
export const WHY: Readonly<Record<string, string>> = {}

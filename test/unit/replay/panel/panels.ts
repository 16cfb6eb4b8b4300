const HEAD = 'model,site,round,time_utc,endpoint,ok,ttft_s,tokens_per_s'

/** The text of a panel file with these rows. */
export const panelOf = (...rows: readonly string[]): string => `${[HEAD, ...rows].join('\n')}\n`

/** Two endpoints in three rounds; b fails in the last one. */
export const TWO_BY_THREE = panelOf(
  'm,s,0,2026-01-05T00:00:00.5,a,1,1,100',
  'm,s,0,2026-01-05T00:00:00.5,b,1,2,400',
  'm,s,1,2026-01-06T00:00:00,a,1,3,50',
  'm,s,1,2026-01-06T00:00:00,b,1,1,50',
  'm,s,2,2026-01-07T00:00:00,a,1,2,200',
  'm,s,2,2026-01-07T00:00:00,b,0,,',
)

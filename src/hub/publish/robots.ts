/** `/robots.txt`: the pages are for search engines, the data behind them is not; of a private hub nothing is. */
export const robotsText = (isPrivate = false): string =>
  isPrivate ? 'User-agent: *\nDisallow: /\n' : 'User-agent: *\nDisallow: /v1/\nAllow: /\n'

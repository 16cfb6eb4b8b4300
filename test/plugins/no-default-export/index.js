export const plugin = { apiVersion: 1 }

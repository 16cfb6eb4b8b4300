export default { apiVersion: 2, kind: 'strategy', name: 'from-the-future', schema: {}, create: () => ({}) }

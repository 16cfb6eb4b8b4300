export default { apiVersion: 0, kind: 'strategy', name: 'from-the-past', schema: {}, create: () => ({}) }

export default { apiVersion: 1, kind: 'strategy', name: 'no-create', schema: {} }

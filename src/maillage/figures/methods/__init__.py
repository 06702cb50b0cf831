"""Methods of the observatories: pure kernels, told in `docs/methods.md`; numpy is loaded when one is used."""

"""Messaging channels: where people already are, with the promises of the web page.

`channel` says what a provider's module must do; `sms`, `whatsapp`, `messenger` and `telegram` do
it. `desk` takes what came in: it assesses every part before anything else, then answers in order.
`outbox` sends and sends again. `routes` is what the providers reach, `switch` says what is on.
"""

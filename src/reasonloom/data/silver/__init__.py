"""Silver rewards: problems with short answers out of web solutions of unknown quality.

Yeo et al., arXiv 2502.03373 (Demystifying long chain of thought), the pipeline behind their RL on
WebInstruct: a model extracts a short answer from each solution, responses are sampled, and prompts
stay of which enough responses agree with the extracted answer.

What differs: a verdict that cannot be read is `undecided`, never wrong; the model verifier is shown
the question and the extracted answer, which is what RL rewards, and not the raw solution; and the
verifier is measured on rows whose right answer is known.
"""

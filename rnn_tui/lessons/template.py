"""The lesson that `rnn-tui lessons new` writes: a step of each kind, to be changed."""

TEMPLATE = """+++
format = 1
id = "{id}"
title = "A lesson of my own"
experiment = "sentiment"
minutes = 5
+++
What stands here is read first. Numbers in braces are the network's own, or computed from them: a
pass over this sentence has the loss {{loss:.4f}}, half of it is {{loss / 2:.4f}}. Two or three
steps with `test_out` let whoever knows all this skip it: right answers are the lesson done, a wrong
one begins it at that step, or at the heading it names.

## Read
A step is a section. This one is only read, and lights up what it speaks of.

```step
kind = "read"
highlight = "h[0,0]"
```

## Do
Read all four words by {{finish_forward}}: that is a key on the screen, a command in sentences.

```step
kind = "do"
until = "forward == 4"
solution = "finish_forward"
hints = ["{{finish_forward}} reads to the end.", "Or {{forward 4}}."]
say = "It says {{p[3,0]:.1%}}."
```

## Predict
How large is ∂L/∂h of the first word in unit 1? The wrong choices are what classic bugs compute.

```step
kind = "predict"
ask = "dh[0,1]"
choices = ["true", "fault:no-slope", "fault:untransposed"]
solution = "true"
attempts = 2
wrong = [{{ when = "fault:no-slope", say = "That leaves out the slope 1 − h²." }}]
test_out = "Do"
```

## Find
Go to ‖∂L/∂h‖ at the last word.

```step
kind = "find"
ref = "dh_norm[3]"
solution = "finish_backward"
```

## Write
Write the line that takes a gradient back through tanh.

```step
kind = "type"
line = "delta"
solution = "dh * (1 - h_t**2)"
hints = ["tanh′ is 1 − tanh²."]
wrong = [{{ when = "dh * (1 - h_t)", say = "The slope of tanh is 1 − h², not 1 − h." }}]
test_out = true
```

## Another network
A step may open an experiment of its own, or this lesson's with other settings. The steps after it
go on there.

```step
kind = "do"
experiment = "sentiment"
set = {{ "training.learning_rate" = 0.05 }}
until = "epochs >= 10"
solution = "epoch 10"
hints = ["{{epochs}} trains as many epochs as you say.", "Or {{epoch 10}}."]
say = "At a tenth of the rate the loss went from {{past_loss[0]:.4f}} to {{train_loss:.4f}}."
```
"""

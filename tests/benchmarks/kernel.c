/* One optimizer step of a character RNN in plain C: what there is to gain over NumPy.

   The order of the parameters in one flat vector is that of rnn_tui.engine.parameters:
   W_xh (H,V) W_hh (H,H) b_h (H) W_hy (V,H) b_y (V). The two matrices that are read by
   column on the way there, W_hh and W_xh, are kept transposed beside them, so that every
   inner loop runs over neighbours and the compiler makes vectors of it.

   step() reads T tokens, adds the gradients of their cross-entropies up, clips them by
   their norm, and moves the parameters by SGD with momentum. `h` (T+1,H) has the state
   before the first token in its first row, and all others afterwards. `scratch` is of
   scratch_size() numbers. It returns the summed loss, in nats. */

#include <math.h>
#include <stddef.h>
#include <string.h>

typedef struct {
    double *W_xh, *W_hh, *b_h, *W_hy, *b_y;
} Arrays;

static Arrays arrays(double *flat, size_t H, size_t V) {
    Arrays a;
    a.W_xh = flat;
    a.W_hh = a.W_xh + H * V;
    a.b_h = a.W_hh + H * H;
    a.W_hy = a.b_h + H;
    a.b_y = a.W_hy + V * H;
    return a;
}

static size_t count(size_t H, size_t V) { return H * V + H * H + H + V * H + V; }

size_t scratch_size(size_t T, size_t H, size_t V) {
    return count(H, V) + H * H + V * H + T * V + 2 * H;
}

static double dot(const double *a, const double *b, size_t n) {
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

/* to += by · from */
static void add(double *restrict to, double by, const double *restrict from, size_t n) {
    for (size_t i = 0; i < n; i++) to[i] += by * from[i];
}

static void transpose(double *restrict to, const double *restrict from, size_t rows, size_t cols) {
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < cols; c++) to[c * rows + r] = from[r * cols + c];
}

/* h_t = tanh(W_xh x_t + W_hh h_{t-1} + b_h); a one-hot x_t chooses a column of W_xh. */
static void state(double *restrict h, const double *before, const double *column,
                  const double *W_hh_T, const double *b_h, size_t H) {
    for (size_t i = 0; i < H; i++) h[i] = column[i] + b_h[i];
    for (size_t j = 0; j < H; j++) add(h, before[j], W_hh_T + j * H, H);
    for (size_t i = 0; i < H; i++) h[i] = tanh(h[i]);
}

/* The loss of one answer; y becomes p − one-hot. */
static double answer(double *y, size_t wanted, size_t V) {
    double largest = y[0], sum = 0.0;
    for (size_t c = 1; c < V; c++) largest = fmax(largest, y[c]);
    double chosen = y[wanted] - largest;
    for (size_t c = 0; c < V; c++) sum += y[c] = exp(y[c] - largest);
    for (size_t c = 0; c < V; c++) y[c] /= sum;
    y[wanted] -= 1.0;
    return log(sum) - chosen;
}

static double forward(Arrays w, const double *W_xh_T, const double *W_hh_T, double *h, double *dy,
                      const long long *ids, const long long *targets, size_t T, size_t H, size_t V) {
    double loss = 0.0;
    for (size_t t = 0; t < T; t++) {
        double *now = h + (t + 1) * H, *y = dy + t * V;
        state(now, h + t * H, W_xh_T + ids[t] * H, W_hh_T, w.b_h, H);
        for (size_t c = 0; c < V; c++) y[c] = w.b_y[c] + dot(w.W_hy + c * H, now, H);
        loss += answer(y, (size_t)targets[t], V);
    }
    return loss;
}

/* dW_xh is added up transposed, in `dW_xh_T`, and put in its place at the end. */
static void backward(Arrays w, Arrays g, double *restrict dW_xh_T, const double *h,
                     const double *dy, double *restrict dh, double *restrict delta,
                     const long long *ids, size_t T, size_t H, size_t V) {
    memset(dh, 0, H * sizeof *dh);
    for (size_t t = T; t-- > 0;) {
        const double *now = h + (t + 1) * H, *before = h + t * H, *d = dy + t * V;
        for (size_t c = 0; c < V; c++) {
            add(g.W_hy + c * H, d[c], now, H);
            g.b_y[c] += d[c];
            add(dh, d[c], w.W_hy + c * H, H);
        }
        for (size_t i = 0; i < H; i++) delta[i] = dh[i] * (1.0 - now[i] * now[i]);
        add(dW_xh_T + ids[t] * H, 1.0, delta, H);
        add(g.b_h, 1.0, delta, H);
        memset(dh, 0, H * sizeof *dh);
        for (size_t i = 0; i < H; i++) {
            add(g.W_hh + i * H, delta[i], before, H);
            add(dh, delta[i], w.W_hh + i * H, H);
        }
    }
    transpose(g.W_xh, dW_xh_T, V, H);
}

double step(double *params, double *velocity, double *h, double *scratch, const long long *ids,
            const long long *targets, size_t T, size_t H, size_t V, double learning_rate,
            double momentum, double limit) {
    size_t N = count(H, V);
    double *gradient = scratch, *W_hh_T = gradient + N, *W_xh_T = W_hh_T + H * H;
    double *dy = W_xh_T + V * H, *dh = dy + T * V, *delta = dh + H;
    Arrays w = arrays(params, H, V), g = arrays(gradient, H, V);

    transpose(W_hh_T, w.W_hh, H, H);
    transpose(W_xh_T, w.W_xh, H, V);
    double loss = forward(w, W_xh_T, W_hh_T, h, dy, ids, targets, T, H, V);

    memset(gradient, 0, N * sizeof *gradient);
    memset(W_xh_T, 0, V * H * sizeof *W_xh_T); /* its memory now is dW_xh's */
    backward(w, g, W_xh_T, h, dy, dh, delta, ids, T, H, V);

    double norm = sqrt(dot(gradient, gradient, N));
    double by = learning_rate * (norm > limit ? limit / norm : 1.0);
    for (size_t i = 0; i < N; i++) {
        velocity[i] = momentum * velocity[i] - by * gradient[i];
        params[i] += velocity[i];
    }
    return loss;
}

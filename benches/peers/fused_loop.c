// Trains the network of config/mlp.toml by hand: 64-15-10, logistic, SGD with Nesterov momentum, batches of 200, one thread.
// Everything of a step is fused over blocks of 16 images, for a processor with AVX-512. It is what one core can do.
//
// cc -O3 -march=native -ffast-math -o fused_loop fused_loop.c
// gzip -dc data/digits.csv.gz | ./fused_loop [EPOCHS]
//
// Two layouts alternate. Where a vector holds the units of one image ("by units"), the images are scalars that are
// broadcast from memory, so they need no packing by columns. Where it holds one unit of 16 images ("by images"), the softmax
// is ten vectors, and its sums and maxima need no shuffles.
#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { IMAGES = 1797, TRAIN = 1000, BATCH = 200, BLOCK = 16, INPUTS = 64, HIDDEN = 15, CLASSES = 10, LANES = 16 };
static const float RATE = 0.1f, MOMENTUM = 0.9f, DECAY = 1e-4f;

typedef float V __attribute__((vector_size(64)));
typedef int32_t I __attribute__((vector_size(64)));

static float images[IMAGES][INPUTS] __attribute__((aligned(64)));
static int labels[IMAGES];

// Weights by units: weight[k] leads from input k to the 15 hidden units, output[c] from these to class c. The 16th lane is 0.
typedef struct {
    V weight[INPUTS], bias, output[CLASSES], output_bias;
} Network;
static Network network, velocity, gradient;

// xorshift64*: the upper half is random enough to shuffle.
static uint64_t state = 88172645463325252u;
static uint32_t draw(void) {
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return state * 0x2545f4914f6cdd1du >> 32;
}
static float uniform(float bound) { return bound * (draw() * 0x1p-31f - 1); }

// 2^n exp(r) with n the nearest integer of x / ln 2, and exp(r) by its Taylor polynomial of degree 6 (error 2e-7).
static inline V exponential(V x) {
    V n = _mm512_roundscale_ps(x * 1.44269504f, 0), r = x - n * 0.693147181f;
    V p = ((((((1 / 720.f) * r + 1 / 120.f) * r + 1 / 24.f) * r + 1 / 6.f) * r + 0.5f) * r + 1) * r + 1;
    return _mm512_scalef_ps(p, n);
}

// Exchanges rows and columns: 4 rounds that swap halves, quarters, pairs and neighbours.
static inline void transpose(V m[16]) {
#define ROUND(s)                                                                                                     \
    for (int i = 0; i < 16; i++)                                                                                     \
        if (!(i & s)) {                                                                                              \
            I low, high;                                                                                             \
            for (int j = 0; j < 16; j++) low[j] = j & s ? 16 + (j ^ s) : j, high[j] = j & s ? 16 + j : (j ^ s);      \
            V a = __builtin_shuffle(m[i], m[i ^ s], low);                                                            \
            m[i ^ s] = __builtin_shuffle(m[i], m[i ^ s], high), m[i] = a;                                            \
        }
    ROUND(8) ROUND(4) ROUND(2) ROUND(1)
#undef ROUND
}

// Hidden units and logits of a block; both are returned by images.
static inline void forward(float x[BLOCK][INPUTS], V hidden[16], V logits[CLASSES]) {
    for (int i = 0; i < BLOCK; i++) hidden[i] = network.bias;
    for (int k = 0; k < INPUTS; k++)
        for (int i = 0; i < BLOCK; i++) hidden[i] += x[i][k] * network.weight[k];
    transpose(hidden);
    for (int j = 0; j < HIDDEN; j++) hidden[j] = 1 / (1 + exponential(-hidden[j]));
    for (int c = 0; c < CLASSES; c++) logits[c] = (V){} + network.output_bias[c];
    for (int j = 0; j < HIDDEN; j++)
        for (int c = 0; c < CLASSES; c++) logits[c] += hidden[j] * network.output[c][j];
}

// Adds the gradients of a block of `count` images to `gradient`.
static void block(const int *order, int count) {
    float x[BLOCK][INPUTS] __attribute__((aligned(64))), error[CLASSES][LANES] __attribute__((aligned(64)));
    for (int i = 0; i < BLOCK; i++) memcpy(x[i], images[order[i < count ? i : 0]], sizeof x[i]);
    V hidden[16], by_units[16], delta[16], q[CLASSES];
    forward(x, hidden, q);

    // The gradient of the logits: softmax minus 1 at the target, over the images of the batch.
    V most = q[0], sum = {};
    for (int c = 1; c < CLASSES; c++) most = _mm512_max_ps(most, q[c]);
    for (int c = 0; c < CLASSES; c++) q[c] = exponential(q[c] - most), sum += q[c];
    V scale = 1 / (BATCH * sum);
    for (int c = 0; c < CLASSES; c++) *(V *)error[c] = q[c] * scale;
    for (int i = 0; i < count; i++) error[labels[order[i]]][i] -= 1.f / BATCH;
    for (int i = count; i < BLOCK; i++)
        for (int c = 0; c < CLASSES; c++) error[c][i] = 0;

    // Back through the output layer, and through the logistic function: its slope is h (1 - h).
    for (int j = 0; j < HIDDEN; j++) delta[j] = (V){};
    for (int c = 0; c < CLASSES; c++)
        for (int j = 0; j < HIDDEN; j++) delta[j] += *(V *)error[c] * network.output[c][j];
    for (int j = 0; j < HIDDEN; j++) delta[j] *= hidden[j] * (1 - hidden[j]);
    delta[15] = (V){};
    memcpy(by_units, hidden, sizeof hidden), by_units[15] = (V){};
    transpose(delta), transpose(by_units);

    for (int c = 0; c < CLASSES; c++)
        for (int i = 0; i < BLOCK; i++) gradient.output[c] += error[c][i] * by_units[i];
    for (int c = 0; c < CLASSES; c++)
        for (int i = 0; i < BLOCK; i++) gradient.output_bias[c] += error[c][i];
    for (int i = 0; i < BLOCK; i++) gradient.bias += delta[i];
    for (int k = 0; k < INPUTS; k++) {
        V g = gradient.weight[k];
        for (int i = 0; i < BLOCK; i++) g += x[i][k] * delta[i];
        gradient.weight[k] = g;
    }
}

static inline void update(V *w, V *v, const V *g, int count, float decay) {
    for (int i = 0; i < count; i++) {
        V slope = g[i] + decay * w[i];
        v[i] = MOMENTUM * v[i] + slope;
        w[i] -= RATE * (slope + MOMENTUM * v[i]);
    }
}

static void step(const int *order) {
    memset(&gradient, 0, sizeof gradient);
    for (int start = 0; start < BATCH; start += BLOCK)
        block(order + start, BATCH - start < BLOCK ? BATCH - start : BLOCK);
    update(network.weight, velocity.weight, gradient.weight, INPUTS, DECAY);
    update(&network.bias, &velocity.bias, &gradient.bias, 1, 0);
    update(network.output, velocity.output, gradient.output, CLASSES, DECAY);
    update(&network.output_bias, &velocity.output_bias, &gradient.output_bias, 1, 0);
}

int main(int count, char **arguments) {
    int epochs = count > 1 ? atoi(arguments[1]) : 200, order[TRAIN], value;
    for (int i = 0; i < IMAGES; i++)
        for (int k = 0; k <= INPUTS; k++) {
            if (scanf("%d%*1[,]", &value) != 1) return fprintf(stderr, "no line %d of the digits\n", i + 1), 1;
            if (k < INPUTS) images[i][k] = value / 16.f;
            else labels[i] = value;
        }
    // The range of scikit-learn: sqrt(2 / (inputs + outputs)).
    for (int j = 0; j < HIDDEN; j++) {
        for (int k = 0; k < INPUTS; k++) network.weight[k][j] = uniform(0.159111456f);
        network.bias[j] = uniform(0.159111456f);
        for (int c = 0; c < CLASSES; c++) network.output[c][j] = uniform(0.282842712f);
    }
    for (int c = 0; c < CLASSES; c++) network.output_bias[c] = uniform(0.282842712f);
    for (int i = 0; i < TRAIN; i++) order[i] = i;

    clock_t start = clock();
    for (int epoch = 0; epoch < epochs; epoch++) {
        for (int i = TRAIN - 1; i > 0; i--) {
            int j = (uint64_t)draw() * (i + 1) >> 32, other = order[i];
            order[i] = order[j], order[j] = other;
        }
        for (int first = 0; first < TRAIN; first += BATCH) step(order + first);
    }
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;

    int errors = 0;
    for (int first = TRAIN; first < IMAGES; first += BLOCK) {
        V hidden[16], logits[CLASSES];
        float x[BLOCK][INPUTS] __attribute__((aligned(64)));
        for (int i = 0; i < BLOCK; i++) memcpy(x[i], images[first + i < IMAGES ? first + i : TRAIN], sizeof x[i]);
        forward(x, hidden, logits);
        for (int i = 0; i < BLOCK && first + i < IMAGES; i++) {
            int answer = 0;
            for (int c = 1; c < CLASSES; c++)
                if (logits[c][i] > logits[answer][i]) answer = c;
            errors += answer != labels[first + i];
        }
    }
    printf("%d errors, %.2f microseconds of CPU a step\n", errors, 1e6 * seconds / (epochs * TRAIN / BATCH));
}

program BEGIN
fn BEGIN, 0 args
slot 0: 8
slot 1: 8
b0: entry
	v1 = mov 0
	v8 = call 8()
	p9 = slot 0
	st4 [p9], v8
	p10 = mapfd 1
	p11 = slot 0
	p12 = call 1(p10, p11)
	br.eq p12, 0 ? b2 : b4
b1: finish
	p61 = mapval 0
	v62 = ld8 [p61]
	br.ne v62, 0 ? b20 : b2
b2: leave
	ret
b3: fault (cold)
	jmp b1
b4: area
	v13 = mov 0
	jmp b8
b5: next clause
	jmp b1
b6: clause done
	jmp b5
b7: clause fault (cold)
	v5 = mov 0
	v6 = mov 1
	jmp b3
b8: reserve
	v15 = ld8 [p12+64]
	v16 = ld8 [p12]
	v14 = mov v16
	v17 = add v14, 40
	v18 = mov v17
	v19 = sub v18, v15
	br.ugt v19, 1048576 ? b11 : b12
b9: reserve again (cold)
	v21 = add v13, 1
	v13 = mov v21
	br.ult v13, 4 ? b8 : b11
b10: record
	v23 = and v14, 1048575
	p24 = add p12, v23
	p25 = add p24, 4096
	v26 = mov 8589934632
	st8 [p25+8], v26
	br.eq v1, 0 ? b14 : b15
b11: ring full (cold)
	v22 = mov 1
	aadd8 [p12+128], v22
	jmp b5
b12: room
	v20 = cmpxchg8 [p12], v14, v18
	br.eq v20, v14 ? b10 : b9
b13: discard record (cold)
	st4 [p25+12], 0
	v59 = mov 6000276099170587461
	v60 = xor v14, v59
	st8 [p25], v60
	jmp b7
b14: read clock
	v27 = call 5()
	v1 = mov v27
	jmp b15
b15: have time
	st8 [p25+16], v1
	st8 [p25+24], 1
	p28 = mapval 0+512
	v29 = ld4 [p28]
	v30 = sx4 v29
	v31 = add v30, 1
	v32 = mov v31
	v33 = mul v32, v32
	p35 = mapval 0+512
	v36 = ld4 [p35]
	v37 = sx4 v36
	v38 = add v37, 2
	br.ne v38, 0 ? b16 : b17
b16: true
	p39 = mapval 0+512
	v40 = ld4 [p39]
	v41 = sx4 v40
	v42 = add v41, 3
	p43 = mapval 0+512
	v44 = ld4 [p43]
	v45 = sx4 v44
	v46 = add v45, 3
	v47 = mul v42, v46
	v34 = mov v47
	jmp b18
b17: false
	v34 = mov 0
	jmp b18
b18: joined
	v48 = add v33, v34
	p49 = mapval 0+512
	v50 = ld4 [p49]
	v51 = sx4 v50
	p52 = mapval 0+512
	v53 = ld4 [p52]
	v54 = sx4 v53
	v55 = mul v51, v54
	v56 = add v48, v55
	st4 [p25+32], v56
	v57 = mov 6000276099170587461
	v58 = xor v14, v57
	st8 [p25], v58
	jmp b19
b19: committed
	jmp b5
b20: asleep (cold)
	v63 = ld8 [p12]
	v64 = ld8 [p12+64]
	br.eq v63, v64 ? b2 : b22
b21: ring (cold)
	p68 = slot 1
	st8 [p68], 1
	p69 = mapfd 2
	p70 = slot 1
	v71 = call 130(p69, p70, 8, 2)
	br.eq v71, 0 ? b24 : b23
b22: unread (cold)
	p65 = mapval 0
	v66 = mov 0
	v67 = xchg8 [p65], v66
	br.ne v67, 0 ? b21 : b2
b23: bell failed (cold)
	p74 = mapval 0
	st8 [p74], 1
	v75 = mov 1
	p76 = mapval 0+72
	aadd8 [p76], v75
	ret
b24: rung (cold)
	v72 = mov 1
	p73 = mapval 0+64
	aadd8 [p73], v72
	ret
